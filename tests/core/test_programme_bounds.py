"""No programme is larger, or further away, than everybody who reads it has time for."""

import json

import pytest
from pydantic import ValidationError

from bot.core.documents import DocumentProblems
from bot.core.programme import MOST_CHECK_INS, MOST_TEAMS, CheckIn, Force, Programme, Team
from tests.core.builders import a_check_in, a_programme


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_on": "9999-12-31"},
        {"starts_on": "0001-01-01"},
        {"recurrence": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"},
    ],
)
def test_a_check_in_whose_days_nobody_reaches_cannot_be_read_back(changes: dict[str, str]) -> None:
    stored = json.loads(a_check_in().model_dump_json())
    assert CheckIn.model_validate_json(json.dumps(stored)) == a_check_in()
    with pytest.raises(ValidationError, match="validation error"):
        CheckIn.model_validate_json(json.dumps({**stored, **changes}))


def test_more_than_a_force_has_is_no_programme() -> None:
    stored = json.loads(a_programme().model_dump_json())
    many = [{**stored["check_ins"][0], "id": f"c{number}"} for number in range(MOST_CHECK_INS + 1)]
    with pytest.raises(ValidationError, match=f"at most {MOST_CHECK_INS} items"):
        Programme.model_validate_json(json.dumps({**stored, "check_ins": many}))
    with pytest.raises(DocumentProblems, match=f"expected at most {MOST_TEAMS} teams"):
        Force.from_mapping(
            {
                **stored["force"],
                "departments": [
                    {
                        "id": each,
                        "name": each,
                        "teams": [
                            {"id": f"{each}{n}", "name": f"{each}{n}", "headcount": 9}
                            for n in range(MOST_TEAMS // 2 + 1)
                        ],
                    }
                    for each in ("north", "south")
                ],
            },
            name="force",
        )


def test_many_check_ins_do_not_go_through_all_teams_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Once for each pair of check-ins, it took minutes, and everybody waited.
    stored = json.loads(a_programme().model_dump_json())
    check_in = {**stored["check_ins"][0], "audience": "everyone"}
    stored["check_ins"] = [{**check_in, "id": f"c{number}"} for number in range(MOST_CHECK_INS)]
    looks = 0

    def teams(force: Force) -> list[Team]:
        nonlocal looks
        looks += 1
        return [team for department in force.departments for team in department.teams]

    monkeypatch.setattr(Force, "teams", property(teams))
    Programme.model_validate_json(json.dumps(stored))
    assert looks < 10
