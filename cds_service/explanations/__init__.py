"""What the explanation pages say: the content in words for clinicians, without Flask and without a patient."""
