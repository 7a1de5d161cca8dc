# /// script
# requires-python = ">=3.12"
# dependencies = ["widget>=1", "widget-render"]
# ///
import widget

title = input("Title of the page: ")
print(widget.page(title))
