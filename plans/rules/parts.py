"""What every part of a catalogue file is made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]


class Part(BaseModel):
    """A frozen part of a catalogue; unknown fields are errors, so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
