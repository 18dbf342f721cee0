"""Read an Alibaba Cloud Call Center (CCC 2020-07-01, 云联络中心): call records, agents, recordings.

from hillstone_ccc import CallRecordQuery, Client

with Client.from_env() as ccc:
    for call in ccc.call_records.search(CallRecordQuery.last(days=7)):
        print(call.start_time, call.contact_disposition, call.talk_time)
"""

from ._version import __version__ as __version__

TYPE_CHECKING = False  # type checkers know it by its name; to import it would be most of what this import costs

# For programs that read this one, each name where it is at home; at run time a name's module is loaded when the name
# is first asked for. A test holds both lists together.
if TYPE_CHECKING:
    from ._async_client import AsyncClient as AsyncClient
    from ._async_recordings import AsyncRecordings as AsyncRecordings
    from ._async_resources import AsyncAgents as AsyncAgents
    from ._async_resources import AsyncCallRecords as AsyncCallRecords
    from ._async_resources import AsyncSkillGroups as AsyncSkillGroups
    from ._async_results import AsyncResults as AsyncResults
    from ._client import Client as Client
    from ._clock import Clock as Clock
    from ._core.agents import Agent as Agent
    from ._core.agents import OutboundNumber as OutboundNumber
    from ._core.agents import SkillGroup as SkillGroup
    from ._core.agents import SkillLevel as SkillLevel
    from ._core.batch import DownloadProgress as DownloadProgress
    from ._core.batch import DownloadReport as DownloadReport
    from ._core.batch import DownloadResult as DownloadResult
    from ._core.details import CallDetail as CallDetail
    from ._core.details import MissingPart as MissingPart
    from ._core.details import Transfer as Transfer
    from ._core.errors import AgentNotFoundError as AgentNotFoundError
    from ._core.errors import APIError as APIError
    from ._core.errors import AuthenticationError as AuthenticationError
    from ._core.errors import CCCError as CCCError
    from ._core.errors import ClockSkewError as ClockSkewError
    from ._core.errors import ConfigurationError as ConfigurationError
    from ._core.errors import ConnectError as ConnectError
    from ._core.errors import DecodeError as DecodeError
    from ._core.errors import IncompleteError as IncompleteError
    from ._core.errors import InvalidParameterError as InvalidParameterError
    from ._core.errors import InvalidQueryError as InvalidQueryError
    from ._core.errors import NotFoundError as NotFoundError
    from ._core.errors import PermissionDeniedError as PermissionDeniedError
    from ._core.errors import ProxyError as ProxyError
    from ._core.errors import RecordingArchivedError as RecordingArchivedError
    from ._core.errors import RecordingDamagedError as RecordingDamagedError
    from ._core.errors import RecordingError as RecordingError
    from ._core.errors import RecordingExpiredError as RecordingExpiredError
    from ._core.errors import RecordingNotReadyError as RecordingNotReadyError
    from ._core.errors import RecordingNotSavedError as RecordingNotSavedError
    from ._core.errors import ResultWindowError as ResultWindowError
    from ._core.errors import ServerError as ServerError
    from ._core.errors import SkillGroupNotFoundError as SkillGroupNotFoundError
    from ._core.errors import ThrottledError as ThrottledError
    from ._core.errors import TimeoutError as TimeoutError
    from ._core.errors import TLSError as TLSError
    from ._core.errors import TransportError as TransportError
    from ._core.errors import UnsupportedError as UnsupportedError
    from ._core.events import AgentEvents as AgentEvents
    from ._core.events import CallEvent as CallEvent
    from ._core.events import CustomerEvents as CustomerEvents
    from ._core.events import Event as Event
    from ._core.events import IvrEvents as IvrEvents
    from ._core.events import QueueEvents as QueueEvents
    from ._core.links import HoldSegment as HoldSegment
    from ._core.links import RecordingPart as RecordingPart
    from ._core.links import RestoreState as RestoreState
    from ._core.page import Coverage as Coverage
    from ._core.page import Page as Page
    from ._core.query import CallRecordQuery as CallRecordQuery
    from ._core.records import AnalyticsReport as AnalyticsReport
    from ._core.records import CallRecord as CallRecord
    from ._core.records import Emotion as Emotion
    from ._core.records import GuessedSatisfaction as GuessedSatisfaction
    from ._core.records import ProblemSolving as ProblemSolving
    from ._core.records import SummaryIndex as SummaryIndex
    from ._core.records import TodoList as TodoList
    from ._core.retry import RetryPolicy as RetryPolicy
    from ._core.vocabulary import ContactType as ContactType
    from ._core.vocabulary import DeviceState as DeviceState
    from ._core.vocabulary import Disposition as Disposition
    from ._core.vocabulary import EarlyMediaState as EarlyMediaState
    from ._core.vocabulary import EventName as EventName
    from ._core.vocabulary import FlowType as FlowType
    from ._core.vocabulary import MediaType as MediaType
    from ._core.vocabulary import NumberUsage as NumberUsage
    from ._core.vocabulary import QueueType as QueueType
    from ._core.vocabulary import ReleaseInitiator as ReleaseInitiator
    from ._core.vocabulary import RestoreStatus as RestoreStatus
    from ._core.vocabulary import RoleName as RoleName
    from ._core.vocabulary import SatisfactionChannel as SatisfactionChannel
    from ._core.vocabulary import WorkMode as WorkMode
    from ._credentials import Credentials as Credentials
    from ._export import export as export
    from ._export import read_export as read_export
    from ._player import Player as Player
    from ._recording import AsyncRecording as AsyncRecording
    from ._recording import Recording as Recording
    from ._recording_file import AsyncRecordingFile as AsyncRecordingFile
    from ._recording_file import RecordingFile as RecordingFile
    from ._recordings import Recordings as Recordings
    from ._resources import Agents as Agents
    from ._resources import CallRecords as CallRecords
    from ._resources import SkillGroups as SkillGroups
    from ._results import Results as Results
    from ._settings import Timeout as Timeout
    from ._watching import Exchanged as Exchanged
else:
    _HOMES = {
        name: module
        for module, names in {
            "_async_client": "AsyncClient",
            "_async_recordings": "AsyncRecordings",
            "_async_resources": "AsyncAgents AsyncCallRecords AsyncSkillGroups",
            "_async_results": "AsyncResults",
            "_client": "Client",
            "_clock": "Clock",
            "_core.agents": "Agent OutboundNumber SkillGroup SkillLevel",
            "_core.batch": "DownloadProgress DownloadReport DownloadResult",
            "_core.details": "CallDetail MissingPart Transfer",
            "_core.errors": (
                "APIError AgentNotFoundError AuthenticationError CCCError ClockSkewError "
                "ConfigurationError ConnectError DecodeError IncompleteError InvalidParameterError "
                "InvalidQueryError NotFoundError PermissionDeniedError ProxyError RecordingArchivedError "
                "RecordingDamagedError RecordingError RecordingExpiredError RecordingNotReadyError "
                "RecordingNotSavedError ResultWindowError ServerError SkillGroupNotFoundError TLSError "
                "ThrottledError TimeoutError TransportError UnsupportedError"
            ),
            "_core.events": "AgentEvents CallEvent CustomerEvents Event IvrEvents QueueEvents",
            "_core.links": "HoldSegment RecordingPart RestoreState",
            "_core.page": "Coverage Page",
            "_core.query": "CallRecordQuery",
            "_core.records": (
                "AnalyticsReport CallRecord Emotion GuessedSatisfaction ProblemSolving SummaryIndex TodoList"
            ),
            "_core.retry": "RetryPolicy",
            "_core.vocabulary": (
                "ContactType DeviceState Disposition EarlyMediaState EventName FlowType MediaType "
                "NumberUsage QueueType ReleaseInitiator RestoreStatus RoleName SatisfactionChannel "
                "WorkMode"
            ),
            "_credentials": "Credentials",
            "_export": "export read_export",
            "_player": "Player",
            "_recording": "AsyncRecording Recording",
            "_recording_file": "AsyncRecordingFile RecordingFile",
            "_recordings": "Recordings",
            "_resources": "Agents CallRecords SkillGroups",
            "_results": "Results",
            "_settings": "Timeout",
            "_watching": "Exchanged",
        }.items()
        for name in names.split()
    }
    __all__ = [*sorted((*_HOMES, "__version__"))]  # noqa: PLE0604 - they are strings

    def __getattr__(name: str) -> object:
        """A public name, asked for for the first time; its module is loaded with it."""
        from importlib import import_module  # noqa: PLC0415 - would be a name of this package

        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
        return value

    def __dir__() -> list[str]:
        """Also what has not been asked for yet."""
        return sorted({*globals(), *__all__})


del TYPE_CHECKING  # not one of our names
