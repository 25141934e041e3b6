import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kehui.jobs.ledger import drain
from kehui.jobs.letters import send
from kehui.jobs.worker import work
from kehui.server.ahead import compile_ahead

NICE = 5  # people who wait for a page come first


class Command(BaseCommand):
    help = "后台进程：执行队列中的任务，并让账本的读取者及时读到新事实。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="同时执行的任务数")

    def handle(self, *, concurrency: int, **_: Any) -> None:
        os.nice(NICE)
        compile_ahead()
        work(drain, send, concurrency=concurrency)
