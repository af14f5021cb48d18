"""Municipal registers: files that municipalities and partners drop, from a folder into `raw`.

contract (what a register is) -> drop (take a file once) -> read (cells as text) -> privacy (nothing personal) ->
repair (text to typed values, without guessing) -> stage and merge (history kept) -> report (to the sender).
"""
