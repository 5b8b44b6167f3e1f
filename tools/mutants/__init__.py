"""Mutation testing: do the fast tests of a package fail when the package is wrong?"""
