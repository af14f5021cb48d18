"""The Veiligheidsmonitor's respondent files: read, kept apart, and turned into estimates with their uncertainty.

`contract` says what may enter; `read`, `codes` and `load` bring a wave into `raw.vm_respondent`; `schatter`, `interval`
and `domein` are the statistics; `schat` and `verschil` write `raw.vm_schatting` and `raw.vm_verschil` (see `tabellen`).
"""
