"""Vectors: the same text gives the same vector, alone or among many, here or in another process."""

import pickle

import numpy as np
from tests.engines.makers import DEEDS, THINGS, HashEncoder

from kehui.engines.matching import NoEncoder, UniversalSentenceEncoder, embed
from kehui.engines.matching.encoder import BULK, Floats
from kehui.engines.matching.table import quantize

SHIPPED = UniversalSentenceEncoder()


def test_a_text_has_one_vector_alone_or_among_many() -> None:
    texts = [f"{thing}{deed}" for thing in THINGS for deed in DEEDS][: BULK + 1]

    together = SHIPPED.encode(texts)
    alone = np.concatenate([SHIPPED.encode([text]) for text in texts])

    assert together.shape == (BULK + 1, SHIPPED.dimension)
    assert np.allclose(together, alone, atol=1e-5)
    assert np.abs(quantize(together)[0].astype(int) - quantize(alone)[0]).max() <= 1


class Counting(HashEncoder):
    """Counts what it is asked to encode."""

    asked = 0

    def encode(self, texts: list[str]) -> Floats:
        self.asked += len(texts)
        return super().encode(texts)


def test_a_sentence_that_recurs_is_encoded_once_and_counts_each_time() -> None:
    encoder = Counting()
    listings = [("高盐废水", "我们是一家泡菜厂。盐分要回收。"), ("异物剔除", "我们是一家泡菜厂。")]

    together = embed(encoder, listings)

    assert encoder.asked == 4
    apart = np.concatenate([embed(HashEncoder(), [each]) for each in listings])
    assert np.allclose(together, apart, atol=1e-6)


def test_near_texts_have_near_vectors() -> None:
    asked, near, far = SHIPPED.encode(["高盐废水怎么处理", "含盐污水的处理办法", "猕猴桃保鲜技术"])

    assert float(asked @ near) > float(asked @ far) + 0.1


def test_an_encoder_goes_to_another_process_without_its_model() -> None:
    sent = pickle.dumps(SHIPPED)

    there = pickle.loads(sent)  # noqa: S301 - our own bytes

    assert len(sent) < 200
    assert (there.id, there.version) == (SHIPPED.id, SHIPPED.version)
    assert there.encode(["高盐废水"]).tolist() == SHIPPED.encode(["高盐废水"]).tolist()


def test_nothing_to_encode_gives_no_vectors() -> None:
    assert SHIPPED.encode([]).shape == (0, SHIPPED.dimension)
    assert embed(SHIPPED, []).shape == (0, SHIPPED.dimension)


def test_without_an_encoder_vectors_have_no_length() -> None:
    vectors = embed(NoEncoder(), [("高盐废水", "蒸发结晶时结垢严重。能耗也高。"), ("", "")])

    assert vectors.shape == (2, 0)


def test_title_and_body_weigh_the_same_whatever_the_length_of_the_body() -> None:
    encoder = HashEncoder()
    title, body = encoder.encode(["高盐废水", "猕猴桃采后保鲜"])

    (vector,) = embed(encoder, [("高盐废水", "猕猴桃采后保鲜。" * 9)])

    wanted = title / np.linalg.norm(title) + body / np.linalg.norm(body)
    assert np.allclose(vector, wanted / np.linalg.norm(wanted), atol=1e-6)
    assert not embed(encoder, [("", "")]).any()
