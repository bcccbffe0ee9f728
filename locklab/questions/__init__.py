"""The questions a user asks: plan the cases, gather the answers.

Named for the question and not for the function, so that `locklab.compare` is always the function.
"""
