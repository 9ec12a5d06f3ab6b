"""Papers that leave by mail: typed content in, PDF bytes out; the same content gives the same bytes."""
