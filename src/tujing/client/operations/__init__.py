"""Operations: all areas. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from tujing.client.operations.atlas import Atlas
from tujing.client.operations.audit import Audit
from tujing.client.operations.chain import Chain
from tujing.client.operations.conversation import Conversation
from tujing.client.operations.data import Data
from tujing.client.operations.delivery import Delivery
from tujing.client.operations.diagnosis import Diagnosis
from tujing.client.operations.enterprise import Enterprise
from tujing.client.operations.evaluation import Evaluation
from tujing.client.operations.hooks import Hooks
from tujing.client.operations.installation import Installation
from tujing.client.operations.iteration import Iteration
from tujing.client.operations.notices import Notices
from tujing.client.operations.people import People
from tujing.client.operations.planning import Planning
from tujing.client.operations.query import Query
from tujing.client.operations.running import Running
from tujing.client.operations.search import Search
from tujing.client.operations.security import Security
from tujing.client.operations.tokens import Tokens
from tujing.client.session import Session


class Operations:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.enterprise = Enterprise(session)
        self.people = People(session)
        self.security = Security(session)
        self.tokens = Tokens(session)
        self.search = Search(session)
        self.atlas = Atlas(session)
        self.data = Data(session)
        self.query = Query(session)
        self.diagnosis = Diagnosis(session)
        self.planning = Planning(session)
        self.delivery = Delivery(session)
        self.running = Running(session)
        self.evaluation = Evaluation(session)
        self.iteration = Iteration(session)
        self.conversation = Conversation(session)
        self.notices = Notices(session)
        self.hooks = Hooks(session)
        self.audit = Audit(session)
        self.installation = Installation(session)
        self.chain = Chain(session)
