"""Read an Alibaba Cloud Call Center (CCC 2020-07-01, 云联络中心): call records, agents, recordings.

from hillstone_ccc import CallRecordQuery, Client

with Client.from_env() as ccc:
    for call in ccc.call_records.search(CallRecordQuery.last(days=7)):
        print(call.start_time, call.contact_disposition, call.talk_time)
"""

from ._async_client import AsyncClient
from ._async_recordings import AsyncRecordings
from ._async_resources import AsyncAgents, AsyncCallRecords, AsyncSkillGroups
from ._client import Client
from ._clock import Clock
from ._core.agents import Agent, OutboundNumber, SkillGroup, SkillLevel
from ._core.batch import DownloadProgress, DownloadReport, DownloadResult
from ._core.details import CallDetail, MissingPart, Transfer
from ._core.errors import (
    AgentNotFoundError,
    APIError,
    AuthenticationError,
    CCCError,
    ClockSkewError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    IncompleteError,
    InvalidParameterError,
    InvalidQueryError,
    NotFoundError,
    PermissionDeniedError,
    ProxyError,
    RecordingArchivedError,
    RecordingDamagedError,
    RecordingError,
    RecordingExpiredError,
    RecordingNotReadyError,
    RecordingNotSavedError,
    ResultWindowError,
    ServerError,
    SkillGroupNotFoundError,
    ThrottledError,
    TimeoutError,
    TLSError,
    TransportError,
    UnsupportedError,
)
from ._core.events import AgentEvents, CallEvent, CustomerEvents, Event, IvrEvents, QueueEvents
from ._core.links import HoldSegment, RecordingPart, RestoreState
from ._core.page import Coverage, Page
from ._core.query import CallRecordQuery
from ._core.records import (
    AnalyticsReport,
    CallRecord,
    Emotion,
    GuessedSatisfaction,
    ProblemSolving,
    SummaryIndex,
    TodoList,
)
from ._core.retry import RetryPolicy
from ._core.vocabulary import (
    ContactType,
    DeviceState,
    Disposition,
    EarlyMediaState,
    EventName,
    FlowType,
    MediaType,
    NumberUsage,
    QueueType,
    ReleaseInitiator,
    RestoreStatus,
    RoleName,
    SatisfactionChannel,
    WorkMode,
)
from ._credentials import Credentials
from ._player import Player
from ._recording import AsyncRecording, Recording
from ._recording_file import AsyncRecordingFile, RecordingFile
from ._recordings import Recordings
from ._resources import Agents, CallRecords, SkillGroups
from ._results import AsyncResults, Results
from ._settings import Timeout
from ._version import __version__
from ._watching import Exchanged

__all__ = [
    "APIError",
    "Agent",
    "AgentEvents",
    "AgentNotFoundError",
    "Agents",
    "AnalyticsReport",
    "AsyncAgents",
    "AsyncCallRecords",
    "AsyncClient",
    "AsyncRecording",
    "AsyncRecordingFile",
    "AsyncRecordings",
    "AsyncResults",
    "AsyncSkillGroups",
    "AuthenticationError",
    "CCCError",
    "CallDetail",
    "CallEvent",
    "CallRecord",
    "CallRecordQuery",
    "CallRecords",
    "Client",
    "Clock",
    "ClockSkewError",
    "ConfigurationError",
    "ConnectError",
    "ContactType",
    "Coverage",
    "Credentials",
    "CustomerEvents",
    "DecodeError",
    "DeviceState",
    "Disposition",
    "DownloadProgress",
    "DownloadReport",
    "DownloadResult",
    "EarlyMediaState",
    "Emotion",
    "Event",
    "EventName",
    "Exchanged",
    "FlowType",
    "GuessedSatisfaction",
    "HoldSegment",
    "IncompleteError",
    "InvalidParameterError",
    "InvalidQueryError",
    "IvrEvents",
    "MediaType",
    "MissingPart",
    "NotFoundError",
    "NumberUsage",
    "OutboundNumber",
    "Page",
    "PermissionDeniedError",
    "Player",
    "ProblemSolving",
    "ProxyError",
    "QueueEvents",
    "QueueType",
    "Recording",
    "RecordingArchivedError",
    "RecordingDamagedError",
    "RecordingError",
    "RecordingExpiredError",
    "RecordingFile",
    "RecordingNotReadyError",
    "RecordingNotSavedError",
    "RecordingPart",
    "Recordings",
    "ReleaseInitiator",
    "RestoreState",
    "RestoreStatus",
    "ResultWindowError",
    "Results",
    "RetryPolicy",
    "RoleName",
    "SatisfactionChannel",
    "ServerError",
    "SkillGroup",
    "SkillGroupNotFoundError",
    "SkillGroups",
    "SkillLevel",
    "SummaryIndex",
    "TLSError",
    "ThrottledError",
    "Timeout",
    "TimeoutError",
    "TodoList",
    "Transfer",
    "TransportError",
    "UnsupportedError",
    "WorkMode",
    "__version__",
]
