"""Quality control of layers and parcels: coded rules, places, repairs. Frames in, frames out; data never change."""
