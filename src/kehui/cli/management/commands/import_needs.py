from kehui.cli.importing import ImportCommand
from kehui.market.models import Side


class Command(ImportCommand):
    help = "从表格导入需求：每行一个结论，好的进来，坏的说明原因；重复导入不会加倍。"
    side = Side.NEED
