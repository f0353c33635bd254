"""From values as they came to culture-free Python values: records, their readers, and formats of the field."""
