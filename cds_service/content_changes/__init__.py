"""What differs between two contents, in clinical words: `leg-weakness-cds content diff A B`."""
