"""What people read: taken from the marts as the least of readers, written as the Dutch write numbers.

Pages, exports and messages stand on this room. Whatever `bi_lezer` may not see is not there.
"""
