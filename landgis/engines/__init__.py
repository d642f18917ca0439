"""How a measuring job runs: indexes kept on the disk and in memory, local threads, Dask."""
