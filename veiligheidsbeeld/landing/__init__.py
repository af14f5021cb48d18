"""Every delivery as received, immutable, with a manifest: `cubes` keeps replies of a source, `files` dropped files."""
