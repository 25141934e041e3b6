"""Match runs, the suggestions they make, and what comes of them."""

from kehui.matching.models.embeddings import Embedding, EncoderProgress
from kehui.matching.models.exposure import ExposureRun, StudioExposure
from kehui.matching.models.feedback import Feedback, Reason
from kehui.matching.models.interests import Interest
from kehui.matching.models.outcomes import Outcome
from kehui.matching.models.profiles import Profile
from kehui.matching.models.rankers import Ranker
from kehui.matching.models.runs import MatchRun
from kehui.matching.models.showings import Showing
from kehui.matching.models.suggestions import Suggestion

__all__ = [
    "Embedding",
    "EncoderProgress",
    "ExposureRun",
    "Feedback",
    "Interest",
    "MatchRun",
    "Outcome",
    "Profile",
    "Ranker",
    "Reason",
    "Showing",
    "StudioExposure",
    "Suggestion",
]
