"""What is wrong between this machine and the call center: checks, one by one, each with its remedy.

from hillstone_ccc import doctor

diagnosis = doctor.examine()
for check in diagnosis.failed:
    print(check.name, check.seen, check.remedy)
"""

from .diagnosis import Check, Diagnosis, Outcome
from .examining import examine

__all__ = ["Check", "Diagnosis", "Outcome", "examine"]
