#!/usr/bin/env python
# coding: utf-8

# # 5장 오차역전파법
# **과제**

# In[1]:


get_ipython().run_line_magic('matplotlib', 'inline')
import numpy as np
import matplotlib.pyplot as plt


# In[3]:


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx


# In[ ]:


get_ipython().system('pip install torch')


# In[7]:


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


# In[8]:


plt.plot(Sigmoid().forward(np.arange(-5, 5, 0.1)))
plt.show()


# In[ ]:



