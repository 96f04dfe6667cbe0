"""The desk for personal data (UU PDP 27/2022): requests, the register of processing, breaches."""
