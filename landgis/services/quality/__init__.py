"""Quality of layers and parcels, control lines against each other, repairs."""
