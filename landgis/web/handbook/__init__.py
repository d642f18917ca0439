"""The handbook (手册): one page a job, in both languages, with pictures that the browser tests take."""
