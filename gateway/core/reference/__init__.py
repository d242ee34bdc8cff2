"""What is known of schools, places, school days and codes, beside any file: frozen values made from data files.

Each part may be empty and then says nothing. Nothing here names a person.
"""
