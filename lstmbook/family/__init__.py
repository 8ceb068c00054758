"""The variants as data, one file for each way in which they differ. Read by `lstmbook.variants`."""
