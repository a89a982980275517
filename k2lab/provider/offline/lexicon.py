"""Words for common data columns and values, in English and Chinese, and what they share a meaning with."""

# ruff: noqa: E501, SIM905 - word lists read best as running text
from __future__ import annotations

from functools import cache

# concept: English words | Chinese words. General vocabulary of tables; nothing here is taken from one data set.
_CONCEPTS = """
salary: salary pay wage compensation income earnings remuneration earn earner paid | 薪资 薪酬 工资 收入 薪水 年薪 月薪 待遇 报酬
age: age old | 年龄 岁数 年纪
price: price cost fare charge fee | 价格 售价 单价 房价 票价 价钱 费用 成本
fare: fare ticket | 票价 车费 船费
sex: sex gender | 性别 男女
remote: remote telework wfh | 远程 居家
work: work working | 工作 办公
employment: employment employed contract | 就业 雇佣 用工 合同
ratio: ratio proportion fraction rate share percentage pct | 比例 比率 占比 率 百分比
experience: experience seniority exper | 经验 资历 工龄 从业
level: level grade rank tier | 等级 级别 层级 水平 职级
class: class | 舱位 舱等 班级 类别 阶级
country: country nation location | 国家 国别 所在地
residence: residence home residency | 居住地 居住 住所
region: region area district zone territory | 地区 区域 大区 片区 地域
city: city town | 城市 市
state: state province | 省份 省 州
continent: continent | 大洲 洲
year: year yr years | 年份 年度 年
month: month | 月份 月
week: week | 周 星期
day: day weekday | 天 日 星期几
date: date day datetime timestamp dt time when | 日期 时间
time: time hour | 时间 时段 用餐时段
size: size scale | 规模 大小 尺寸 人数
company: company firm employer enterprise organisation organization | 公司 企业 雇主 单位
title: title position role occupation profession | 职位 岗位 头衔 职称 职务
job: job | 职业 职位 工作 岗位
type: type kind category | 类型 种类 类别
currency: currency | 币种 货币
species: species | 物种 种类 品种
island: island | 岛屿 岛
survived: survived survive survival survivor surviving | 幸存 生还 存活 生存
tip: tip gratuity | 小费
bill: bill check invoice | 账单 消费 消费额 餐费
total: total overall | 总 总计 总额
smoker: smoker smoke smoking | 吸烟 抽烟 烟民
weight: weight mass | 体重 重量 质量
height: height tall stature | 身高 高度
length: length long | 长度 长
width: width wide depth | 宽度 宽
score: score mark grade result points rating | 成绩 分数 得分 评分
rating: rating score stars | 评分 评级
sales: sales sale revenue turnover sold | 销售额 销售 销量 营业额 营收
revenue: revenue sales turnover | 收入 营收 营业额
profit: profit earnings margin | 利润 盈利
quantity: quantity qty amount volume units | 数量 件数 销量
amount: amount sum | 金额 数额
product: product item goods article | 产品 商品 货品
customer: customer client buyer user | 客户 顾客 用户
store: store shop branch | 门店 商店 店铺
education: education schooling degree educ edu qualification | 学历 教育 受教育 教育程度
department: department dept division unit | 部门 科室 院系
team: team | 团队 球队
temperature: temperature temp | 温度 气温
humidity: humidity | 湿度
wind: wind | 风 风力
speed: speed velocity | 速度 速率 风速
pressure: pressure | 压力 气压 血压
rain: rain rainfall precipitation | 降雨 雨量 降水
population: population inhabitants pop | 人口
gdp: gdp | 国内生产总值 生产总值
life: life | 寿命 生命
expectancy: expectancy expectation exp | 预期
deaths: death deaths mortality died dead | 死亡 死亡数 死亡率
cases: case cases | 病例 案例
children: child children kids | 子女 孩子 儿童
bmi: bmi | 体质指数 体重指数
married: married marital marriage | 婚姻 已婚
group: group arm cohort treatment condition | 组别 分组 组 处理
treatment: treatment group arm | 处理 治疗 疗法
outcome: outcome result | 结果 结局
performance: performance | 表现 绩效 业绩
satisfaction: satisfaction happiness | 满意度 幸福感
happiness: happiness satisfaction | 幸福 快乐
duration: duration length elapsed time | 时长 持续时间
distance: distance mileage | 距离 里程
horsepower: horsepower hp power | 马力 功率
mpg: mpg mileage economy | 油耗
acceleration: acceleration | 加速度 加速
flipper: flipper | 脚蹼 鳍 鳍肢
body: body | 身体 体
mass: mass weight | 体重 质量
party: party | 人数 政党
visits: visit visits traffic | 访问 访问量 流量
clicks: click clicks | 点击 点击量
views: view views | 浏览 浏览量
channel: channel medium | 渠道
brand: brand make manufacturer | 品牌 厂商 制造商
color: color colour | 颜色 色彩
model: model | 型号
hours: hour hours | 小时 工时
name: name | 姓名 名称 名字
id: id identifier | 编号 标识
value: value | 数值 值
volume: volume | 成交量 体积
open: open opening | 开盘 开盘价
close: close closing | 收盘 收盘价
high: high | 最高价
low: low | 最低价
stock: stock share inventory | 股票 库存
hybrid: hybrid | 混合
sentiment: sentiment | 情绪
test: test exam | 测试 考试
student: student pupil | 学生
school: school college university | 学校 大学
gpa: gpa | 绩点
loan: loan credit | 贷款
balance: balance | 余额
debt: debt | 债务 负债
unemployment: unemployment jobless | 失业 失业率
inflation: inflation | 通胀 通货膨胀
embarked: embarked embark embarkation port | 登船 登船港口 港口
cabin: cabin | 船舱 客舱
passenger: passenger | 乘客 旅客
cylinders: cylinder cylinders | 气缸 缸数
""".strip()

# Words that are too common in column names to name a column by themselves.
GENERIC = frozenset(
    # what a row is: "passengers" or "employees" alone name no column
    "passenger employee customer user person people student patient worker member row record"
    " level ratio rate type code number num no id total value values name data work in of the per by for is has at on and to"
    " class category group index status flag amount count avg mean max min std sum score result time day key uuid".split()
)

# What a person may write for a level of a column: concept of the column, then forms of each level.
_LEVELS = """
sex: female f woman women girl girls lady ladies 女 女性 女士 女生 女孩 | male m man men boy boys gentleman 男 男性 男士 男生 男孩
smoker: smoker smokers smoking 吸烟者 烟民 | nonsmoker nonsmokers non-smoker non-smokers 不吸烟 不吸烟者 非吸烟者
"""

# Units and currencies that a column name may end with, and words that say that another column holds the unit.
UNITS = frozenset(
    "usd eur gbp cny rmb jpy cad aud chf inr krw dollars dollar euros euro yuan yen pounds kg g lb lbs cm mm m km mi miles"
    " minutes min hours hrs seconds sec s ms days percent pct usd2020 美元 元 人民币".split()
)
UNIT_NAMERS = frozenset("currency unit units uom 币种 货币 单位".split())

ABBREVIATIONS = {
    "qty": "quantity", "amt": "amount", "temp": "temperature", "dept": "department", "avg": "average", "num": "number",
    "yr": "year", "yrs": "year", "exp": "experience", "lvl": "level", "pct": "percent", "cnt": "count", "sal": "salary",
    "emp": "employee", "cust": "customer", "prod": "product", "dob": "birth", "edu": "education", "educ": "education",
    "addr": "address", "tel": "phone", "loc": "location", "mgr": "manager", "acct": "account", "bal": "balance",
    "pop": "population", "lat": "latitude", "lon": "longitude", "lng": "longitude", "wt": "weight", "ht": "height",
    "len": "length", "vol": "volume", "freq": "frequency", "pos": "position", "nr": "number", "ctry": "country",
    "pclass": "class", "sibsp": "siblings", "parch": "parents", "hp": "horsepower", "disp": "displacement",
    "educational": "education", "gdppercap": "gdp", "lifeexp": "life",
}  # fmt: skip


def stem(word: str) -> str:
    """Cut an English word to a crude stem, so that plural and verb forms meet.

    Examples
    --------
    >>> stem("Salaries"), stem("wages"), stem("priced"), stem("classes"), stem("sex")
    ('salary', 'wag', 'pric', 'class', 'sex')
    """
    word = word.lower()
    if not word.isascii() or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


@cache
def concepts() -> tuple[dict[str, frozenset[str]], tuple[str, ...]]:
    """Return what each word means: word stem or Chinese term to concepts, and the Chinese terms, longest first."""
    meanings: dict[str, set[str]] = {}
    chinese: set[str] = set()
    for line in _CONCEPTS.splitlines():
        concept, _, words = line.partition(":")
        english, _, han = words.partition("|")
        for word in (concept, *english.split()):
            meanings.setdefault(stem(word), set()).add(concept)
        for word in han.split():
            meanings.setdefault(word, set()).add(concept)
            chinese.add(word)
    ordered = tuple(sorted(chinese, key=lambda term: (-len(term), term)))
    return {word: frozenset(found) for word, found in meanings.items()}, ordered


def meanings(word: str) -> frozenset[str]:
    """Return the concepts of a word (in any form).

    Examples
    --------
    >>> sorted(meanings("wages")), sorted(meanings("薪资")), sorted(meanings("blorp"))
    (['salary'], ['salary'], [])
    """
    table, _ = concepts()
    word = ABBREVIATIONS.get(word.lower(), word)
    return table.get(word) or table.get(stem(word)) or frozenset()


@cache
def level_forms() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the forms of known levels, each with the concept of its column."""
    made = []
    for line in _LEVELS.strip().splitlines():
        concept, _, groups = line.partition(":")
        made += [(concept, frozenset(group.split())) for group in groups.split("|")]
    return tuple(made)
