"""What holds for one build, lies in a build's folder, or goes away with something else."""

from kit.differences import changed, crossing, gone
from kit.put_back import component
from muster.drift import Difference
from muster.upgrade import sort
from muster.upgrade.put_back import following, plan

OVERRIDE = {
    "Identity": r"OWA\Own",
    "ItemType": "Monitor",
    "PropertyName": "Enabled",
    "PropertyValue": "0",
    "ApplyVersion": "15.2.1544.4",
}


def kind_of(difference: Difference) -> str:
    (one,) = sort([difference], crossing())
    return one.kind


def test_an_override_is_made_again_for_the_new_build_whosever_health_set_it_is() -> None:
    lost = gone(
        "GlobalMonitoringOverrides", r"OWA\Own, Monitor, Enabled", OVERRIDE, subject="Contoso", kind="Organization"
    )
    assert kind_of(lost) == "lost"
    (step,) = plan(sort([lost], crossing()), crossing())
    assert "-ApplyVersion '15.2.1748.10'" in step.command
    timed = gone(
        "GlobalMonitoringOverrides", "x", {**OVERRIDE, "ApplyVersion": ""}, subject="Contoso", kind="Organization"
    )
    (step,) = plan(sort([timed], crossing()), crossing())
    assert (step.command, step.where) == ("", "by hand")


def test_only_the_new_build_in_an_override_is_expected() -> None:
    for now, kind in (("15.2.1748.10", "expected"), ("15.2.1258.12", "lost"), ("", "lost")):
        difference = changed(
            "GlobalMonitoringOverrides",
            "ApplyVersion",
            "15.2.1544.4",
            now,
            of="x",
            subject="Contoso",
            kind="Organization",
        )
        assert kind_of(difference) == kind, now


def test_pages_are_merged_and_other_files_are_copied_into_the_new_folder() -> None:
    css = r"C:\V15\FrontEnd\HttpProxy\owa\auth\<build>\themes\resources\own.png"
    page = r"C:\V15\FrontEnd\HttpProxy\owa\auth\logon.aspx"
    files = [gone("OwaFiles", path, {"Path": path, "Hash": "AB"}) for path in (css, page)]
    copied, merged = plan(sort(files, crossing()), crossing())
    assert copied.edit[0].startswith("Copy by hand")
    assert r"\15.2.1748\themes" in copied.edit[0]
    assert merged.edit[0].startswith("Merge by hand, never copy")


def test_a_rewrite_rule_comes_before_its_parts() -> None:
    rule = "/system.webServer/rewrite/rules/rule[@name='Own']"
    parts = {"": {"name": "Own", "enabled": "true"}, "/action": {"type": "AbortRequest"}, "/match": {"url": ".*"}}
    found = [
        gone("WebRewriteRules", rule + part, {"PSPath": "P", "ItemXPath": rule + part, **values})
        for part, values in parts.items()
    ]
    steps = plan(sort(reversed(found), crossing()), crossing())
    assert [step.command.partition(" ")[0] for step in steps] == [
        "Add-WebConfigurationProperty",
        "Set-WebConfigurationProperty",
        "Set-WebConfigurationProperty",
    ]


def test_states_follow_from_the_word_that_holds_them_and_not_from_what_is_meant() -> None:
    state = changed("ServerComponents", "State", "Active", "Inactive", of="OwaProxy")
    held = component("ServerWideOffline", "Maintenance")
    told = sort([state, held], crossing())
    assert list(following(told).values()) == ["ServerWideOffline by Maintenance"]
    assert not following(sort([state], crossing()))
    assert plan(sort([state], crossing()), crossing())
