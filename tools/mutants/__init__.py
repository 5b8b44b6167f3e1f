"""Mutation testing: do the fast tests of the review fail when the review is wrong?"""
