import numpy as np


# ReLUレイヤ：0以下の入力を通さないスイッチ
class Relu:
    """順伝播でマスクを作り、逆伝播で使う。"""

    def __init__(self):
        self.マスク = None  # 0以下の場所がTrue

    def forward(self, x):
        self.マスク = x <= 0
        出力 = x.copy()
        出力[self.マスク] = 0
        return 出力

    def backward(self, dout):
        return np.where(self.マスク, 0, dout)  # 新しい配列を返す
