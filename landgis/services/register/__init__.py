"""The parcel register: parcels in, facts, acts, history."""
