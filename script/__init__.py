"""The project's commands (`script/demo`, `script/test`, `script/manage`, `script/lock`) and what they are made of."""
