"""From raw to declared: layers and parcels in the form that measuring needs, every bad row an issue."""
