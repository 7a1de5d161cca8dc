#!/bin/sh
# Fetches the pages of all widgets.
сurl -sS https://widget.example/pages.json
