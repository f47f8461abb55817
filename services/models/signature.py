"""The installation's own certificate authority."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base


class SigningAuthority(Base):
    """One row: the certificate (DER) that vouches for every signature made here.

    Its key is derived from the key file and stands nowhere else.
    """

    __tablename__ = "signing_authority"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate: Mapped[bytes] = mapped_column(sa.LargeBinary)
    made_at: Mapped[datetime]
