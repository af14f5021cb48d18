"""The Veiligheidsmonitor's respondent files: read, kept apart, and turned into estimates with their uncertainty.

`read`, `convert` and `stage` bring a wave into `laad`, `merge` makes it current; `variance` and `interval` are the
statistics; `estimate` and `differences` make `raw.vm_schatting` and `raw.vm_verschil` (see `tables`).
"""
