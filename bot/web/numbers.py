"""Numbers in addresses: `{number:number}` takes up to nine digits, and any more is no page.

Beyond some thousands of digits Python refuses to read a number, and beyond eighteen a database
does: either would be an error where there is simply nothing.
"""

from starlette.convertors import IntegerConvertor, register_url_convertor


class _Number(IntegerConvertor):
    regex = "[0-9]{1,9}"


register_url_convertor("number", _Number())
