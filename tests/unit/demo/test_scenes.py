"""Steps of the demo's story: waited for, written down, and the end of a scene that goes wrong."""

from torgpred.demo.selling.scenes import Scene, Step
from torgpred.demo.selling.telling import Told
from torgpred.kernel.errors import RetryLaterError


def test_a_step_is_waited_for_while_others_work() -> None:
    done: list[str] = []
    scene = Scene("parcel", lambda: done.append("a look"), patience=5)
    scene.expect("it comes", "2 looks", lambda: f"{len(done)} looks")
    assert scene.steps == [Step("parcel", "it comes", "2 looks", "2 looks")]
    assert Told(tuple(scene.steps), ()).well


def test_a_scene_ends_with_its_first_wrong_step() -> None:
    scene = Scene("parcel", lambda: None, patience=0)
    with scene.playing():
        scene.expect("it leaves", "left", lambda: "made")
        scene.expect("it arrives", "there", lambda: "there")
    assert [(step.what, step.came, step.well) for step in scene.steps] == [
        ("it leaves", "made", False)
    ]
    assert not Told(tuple(scene.steps), ()).well


def test_what_a_service_refuses_is_a_wrong_step() -> None:
    scene = Scene("parcel", lambda: None)

    def refuse() -> None:
        raise RetryLaterError(reason="away")

    with scene.playing():
        refuse()
    assert [step.well for step in scene.steps] == [False]


def test_a_story_without_steps_is_not_well() -> None:
    assert not Told((), ()).well
