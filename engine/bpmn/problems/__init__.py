"""What is wrong with a drawing: found, named as the analyst sees it, worded in English and Khmer."""
