"""What a traced formula is read as, one file a reading."""
