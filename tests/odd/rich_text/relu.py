{\rtf1\ansi\ansicpg949\cocoartf2761
\f0\fs24 \cf0 import numpy as np\
\
class Relu:\
    def forward(self, x):\
        return x\
}