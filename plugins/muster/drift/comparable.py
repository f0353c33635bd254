"""What of an answer is compared: what its fact's shape makes of the objects, and the properties it speaks for."""

from dataclasses import replace

from muster.model import Answer, Shape


def comparable(answer: Answer, shape: Shape) -> Answer:
    """The answer as it is compared; raises ``ValueError`` with a sentence where nobody can read its objects."""
    objects = shape.compared(answer.objects) if shape.compared else answer.objects
    if shape.only:
        kept = {name.casefold() for name in (*shape.only, *shape.identity)}
        objects = tuple(
            replace(
                item, properties={name: value for name, value in item.properties.items() if name.casefold() in kept}
            )
            for item in objects
        )
    return replace(answer, objects=objects)
