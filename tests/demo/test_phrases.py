from random import Random

from kehui.demo.phrases import Speaker, number


def test_a_number_with_a_name_stays_the_same_through_the_text() -> None:
    speaker = Speaker(Random(1))

    text = speaker.say("[q=40~180/10] 吨，[q] 吨")

    first, second = text.replace(" 吨", "").split("，")
    assert first == second
    assert int(first) in range(40, 181, 10)


def test_prepared_numbers_may_be_repeated_before_they_are_drawn() -> None:
    speaker = Speaker(Random(1))
    speaker.prepare(["进水 [q=40~40] 吨"])

    assert speaker.say("日处理 [q] 吨") == "日处理 40 吨"


def test_choices_hold_numbers_and_each_other() -> None:
    said = {Speaker(Random(seed)).say("{甲|{乙|丙}}") for seed in range(40)}

    assert said == {"甲", "乙", "丙"}


def test_a_step_gives_its_decimals() -> None:
    drawn = {number(Random(seed), "1.5", "2.0", "0.1") for seed in range(60)}

    assert drawn == {"1.5", "1.6", "1.7", "1.8", "1.9", "2.0"}
