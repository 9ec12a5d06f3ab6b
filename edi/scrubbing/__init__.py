"""Claims of an 837P or 837I as the scrubber looks at them: whatever can be read, no claim refused."""

from edi.scrubbing.reading import subjects_of
from edi.scrubbing.subject import ScrubSubject

__all__ = ["ScrubSubject", "subjects_of"]
