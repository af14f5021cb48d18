"""The only place that orders things: take or extract, load, judge, merge; transform, judge, publish."""
