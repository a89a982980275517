"""Words that hold a question together and name no column by themselves."""

# ruff: noqa: E501, SIM905 - word lists read best as running text
from __future__ import annotations

import re

FUNCTION_WORDS = frozenset(
    """a an the this that these those and or but not no nor of in on at to from by with without within for per as if than then
    is are was were be been being do does did done has have had having can could will would shall should may might must
    what which who whom whose where why how whether when there here it its i me my we our us you your they them their he she his her
    so such any all each every some most more less least many much few several other others another both between among across
    over under above below about into onto out up down off also too very just only same different differ differs difference
    differences vary varies varying compare compared comparing comparison affect affects affected affecting effect effects
    impact impacts influence influences influenced cause causes relationship relationships related relate relation correlation
    correlations correlated correlate association associations associated associate link linked connection depend depends dependent
    mean means average averages median mode standard deviation deviations std variance minimum maximum min max sum number count
    counts percentage percentages percent proportion proportions fraction highest lowest largest smallest biggest greatest
    higher lower larger smaller greater bigger frequent common distribution distributed outlier outliers trend trends
    missing null nulls duplicate duplicates quality data dataset table frame column columns row rows values variable variables feature
    features calculate compute find show tell give get plot draw make perform check determine identify report describe explain analyse analyze
    analysis please using use used based according respectively following given there's what's people person persons individuals records
    record entries observation observations case overall whose their change changes changed changing drive drives driving predict predicts
    predictor predictors important importance factor factors significant significantly statistically coefficient question answer
    test tests hold holds true still after before since during until while like likely usually typically
    pay-gap gap yes top bottom rank ranking list first last new old""".split()
)

HAN_FUNCTION_WORDS = re.compile(
    "是否|是不是|有没有|有无|怎么样|怎么|怎样|如何|什么|哪些|哪个|哪种|多少|为什么|请问|请|帮我|帮忙|分析|计算|统计|求出|求|看看|看|告诉我|给出|画出|画|绘制"
    "|影响|取决于|导致|作用|效应|决定|比较|对比|差异|差别|区别|不同|相同|一样|而异|差距|高于|低于|更高|更低|更大|更小|更多|更少|关系|相关性|相关|关联|联系"
    "|分布|离群|异常|趋势|变化|走势|平均|中位|均值|最高|最低|最大|最小|最多|最少|最常见|总和|合计|占比|比例|百分之|数量|数据集|数据|表格|这种|这个|这些|那些"
    "|以及|并且|而且|之间|其中|各个|每个|所有|全部|因素|水平|情况|结果|问题|存在|显著|明显|统计上|随着|随|按照|按|因|对|与|和|同|跟|或|及|并|且|在|于|从|到|的|地|得|了|着|过"
    "|吗|呢|吧|啊|么|是|为|有|没|不|会|能|可以|应该|也|都|还|就|才|只|很|更|最|比|被|把|将|让|使|以|其|此|该|这|那|各|每|几|个|人|名|位|条|行|中|里|上|下|内|外|间|时|后|前|年|月|日|某|岁|多|少|高|低|大|小"
)
