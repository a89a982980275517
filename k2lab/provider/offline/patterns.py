"""Patterns of questions, over a skeleton in which every mention of a column is ⟦number⟧."""

# ruff: noqa: E501, ISC004 - a pattern stays on one line
from __future__ import annotations

import re

M = r"⟦(\d+)⟧"
GAP = r"[^⟦⟧.;?!。；？！]{0,60}?"  # words between two mentions, not over the end of a sentence
NEAR = r"[^⟦⟧.,;?!。，；？！、]{0,40}?"  # the same, not over a comma


def _compiled(*rows: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), roles) for pattern, roles in rows)


_VERBS = (
    r"(?:affect|influenc|impact|effect|chang|shap|drive|driv|predict|determin|matter for|matter to|lead to|leads to|caus|explain|rais"
    r"|reduc|increas|decreas|lower|boost|make a difference)"
)

# Which part each of two mentions plays, by the earliest match.
PAIRS = _compiled(
    (rf"(?:effect|impact|influence|role)s?\s+(?:of|that)?{NEAR}{M}{NEAR}\b(?:on|upon|in|over|has on|have on){NEAR}{M}", "xy"),
    (rf"{M}{NEAR}\b(?:has|have|had)\s+(?:an?|any|no)?{NEAR}(?:effect|impact|influence|bearing){NEAR}\b(?:on|upon){NEAR}{M}", "xy"),
    (rf"{M}{NEAR}\b(?:is|are|was|were|be|being)?\s*(?:affected|influenced|driven|explained|determined|predicted|shaped)\s+by{NEAR}{M}", "yx"),
    (rf"{M}{NEAR}\b{_VERBS}\w*{NEAR}{M}", "xy"),
    (rf"{M}{NEAR}\bdepend\w*{NEAR}{M}", "yx"),
    (rf"{M}{NEAR}\b(?:differ|different|vary|varies|varying|variation|change|changes){NEAR}\b(?:by|between|across|among|with|for|from|depending on|over){NEAR}{M}", "yx"),
    (rf"(?:difference|differences|gap|disparity|variation)s?\s+(?:in|of){NEAR}{M}{NEAR}\b(?:by|between|across|among|for|with){NEAR}{M}", "yx"),
    (rf"(?:difference|differences|differ)\b{NEAR}\b(?:between|across|among){NEAR}{M}{NEAR}\b(?:in|on|regarding|with respect to|in terms of){NEAR}{M}", "xy"),
    (rf"compar\w*{NEAR}{M}{NEAR}\b(?:by|between|across|among|for|of|over|per|in|with respect to){NEAR}{M}", "yx"),
    (rf"{M}{NEAR}\b(?:higher|lower|larger|smaller|greater|better|worse|more|less|longer|shorter){NEAR}\b(?:for|in|among|across|by|with|at|on){NEAR}{M}", "yx"),
    (rf"(?:distribution|histogram|spread|boxplots?|violins?)\b{NEAR}{M}{NEAR}\b(?:by|across|for|per|within|between|among|in each){NEAR}{M}", "yx"),
    (rf"{M}\s+(?:by|across|per|among|broken down by|grouped by|for each|for different){NEAR}{M}", "yx"),
    (rf"{M}{NEAR}\b(?:relat|correlat|associat|link|connect)\w*{NEAR}\b(?:to|with){NEAR}{M}", "yx"),
    (rf"(?:relation|relationship|correlation|association|link|connection)s?\s+(?:between|of){NEAR}{M}{NEAR}\b(?:and|with|to){NEAR}{M}", "xy"),
    # Chinese
    (rf"{M}{NEAR}对{NEAR}{M}{NEAR}(?:影响|作用|效应|效果|差异)", "xy"),
    (rf"{M}{NEAR}受(?:到)?{NEAR}{M}{NEAR}(?:影响|左右|制约)", "yx"),
    (rf"{M}{NEAR}(?:影响|左右|决定|导致|造成|提高|降低|改变){NEAR}{M}", "xy"),
    (rf"{M}{NEAR}(?:取决于|依赖于?|因|随着?|按){NEAR}{M}{NEAR}(?:而异|而变|变化|不同|差异|异)?", "yx"),
    (rf"(?:不同|各个?|各种|按){NEAR}{M}{NEAR}(?:之间|间|的|下|中|比较|对比|分组|群体|组){NEAR}{M}", "xy"),
    (rf"{M}{NEAR}(?:在|于|之间|跨){NEAR}{M}{NEAR}(?:之间|间|中|上|下|里|差异|差别|区别|不同)", "yx"),
    (rf"(?:比较|对比){NEAR}{M}{NEAR}(?:的|之间){NEAR}{M}", "xy"),
    (rf"{M}{NEAR}(?:与|和|同|跟){NEAR}{M}{NEAR}(?:关系|相关|关联|联系)", "yx"),
)  # fmt: skip

# A moderator: what the difference itself is asked to vary with.
MODERATORS = _compiled(
    (rf"(?:differ|different|vary|varies|change|changes|depend|depends|moderat\w*|hold|holds|same|consistent|interact\w*|stronger|weaker|larger|smaller)\b{GAP}{M}", "m"),
    (rf"\b(?:by|across|within|among|for each|for every|for different|per|in each|at each|at different|separately for|split by|interaction with){NEAR}{M}", "m"),
    (rf"(?:因|随着?|按|依|不同|各|每个?|是否与){NEAR}{M}", "m"),
    (rf"在{NEAR}{M}{NEAR}(?:中|间|之间|上|下|里|内)", "m"),
)  # fmt: skip

ADJUST = re.compile(
    rf"(?:adjust\w*\s+for|control\w*\s+for|account\w*\s+for|taking\s+account\s+of|holding|net\s+of|given\s+the\s+same|after\s+allowing\s+for"
    rf"|控制|调整|排除|考虑)(?:了)?((?:{NEAR}{M}(?:\s*(?:,|and|和|、|及|与))?)+)",
    re.IGNORECASE,
)
INTERACTION = re.compile(r"\binteract\w*|moderat\w*|交互|调节", re.IGNORECASE)

KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            "quality",
            r"how good (?:is|are) (?:the|this|my) data|data quality|quality of (?:the|this|my) data|(?:is|are|how) (?:the|this|my) data(?:set)? (?:clean|complete|reliable|ok|good)|how clean|\bclean(?:ed|ing)?\b"
            r"|duplicat\w*|data problems|problems (?:in|with) (?:the|this|my) data|sanity|missing (?:values|data)|data issues|errors in the data"
            r"|数据质量|质量如何|质量怎么样|缺失|重复|脏数据|干净|完整性|数据问题|异常记录",
        ),
        (
            "drivers",
            r"what (?:drives|predicts|determines|explains|influences|affects|impacts|matters)|which (?:factors?|variables?|columns?|features?|things)\b.{0,60}?"
            r"(?:predict|affect|influenc|impact|driv|determin|explain|matter|associat|relat|correlat|important)"
            r"|(?:drivers?|predictors?|determinants) of|most important (?:factors?|features?|variables?|predictors?|columns?)|feature importance|what factors|how well can .{0,40}predict"
            r"|(?:predict|model)\b.{0,20}⟦\d+⟧.{0,20}\b(?:from|using|with|based on) (?:the )?(?:other|rest|all|remaining)"
            r"|什么(?:因素|变量|特征)|哪些(?:因素|变量|特征|列|指标|字段)|驱动因素|影响因素|决定因素|重要(?:的)?(?:因素|特征|变量)|预测.{0,10}⟦\d+⟧.{0,10}因素",
        ),
        ("correlations", r"correlation matrix|all correlations|correlations? (?:between|among) (?:all|the numeric|the other|variables|columns|features)|相关矩阵|相关系数矩阵|所有.{0,8}相关"),
        (
            "trend",
            r"\btrend\w*|over time|over the (?:years|months|weeks|days|decades|period)|through(?:out)? time|time series|year[- ](?:over|on|by)[- ]year|evol(?:ve|ved|ution)"
            r"|each year|by year|per year|month by month|by month|monthly|yearly|annual(?:ly)?|chang\w* (?:since|from \d{4}|with time|with the years)|develop\w* (?:since|over)"
            r"|趋势|随时间|历年|逐年|逐月|随着?年|变化情况|走势|随着?⟦\d+⟧.{0,6}(?:变化|增长|下降)|怎样变化|如何变化",
        ),
        (
            "distribution",
            r"distribut\w*|outlier\w*|histogram|anomal\w*|extreme values|\bskew(?:ed)?\b|\bspread of\b|how (?:spread|skewed)|range of values|normal(?:ity|ly)"
            r"|分布|离群|异常值|偏态|直方图|正态|极端值",
        ),
        ("effect", rf"\b{_VERBS}\w*|\beffects?\b|\bdepend\w*|\bbecause of\b|\bbearing on\b|影响|取决于|导致|作用|效应|决定|左右"),
        (
            "compare",
            r"compar\w*|differ\w*|\bgap\b|disparit\w*|\bvar(?:y|ies|iation)\b|(?:higher|lower|larger|smaller|greater|better|worse|more|less|longer|shorter|heavier|taller|older|younger)\b.{0,30}\bthan\b"
            r"|\bvs\.?\b|versus|\b(?:higher|lower|larger|smaller|greater|better) (?:for|in|among)\b|比较|对比|差异|差别|区别|不同|高于|低于|更高|更低|而异|差距",
        ),
        ("relate", r"relat(?:ed|es?|ion|ions|ionships?)\b|correlat\w*|associat\w*|\blink(?:ed)?\b|connect\w*|go(?:es)? (?:together|along) with|linear(?:ly)?|关系|相关|关联|联系"),
        (
            "overview",
            r"\bdescribe (?:the|this|my) (?:data|table|frame)|overview|explor\w*|what(?:'s| is) in (?:the|this|my)|tell me about (?:the|this|my) (?:data|table|frame)"
            r"|summar(?:y|ise|ize)\b(?!.{0,30}statistics)|get to know|eda\b|概况|概览|概述|总览|探索|描述(?:一下)?(?:这份|这个|该|数据)|数据里有什么|了解一下",
        ),
    )
)  # fmt: skip

STATISTICS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("missing", r"missing|nulls?\b|\bnan\b|blank|empty (?:cells|values)|缺失|空值"),
        ("distinct", r"how many (?:different|distinct|unique)|number of (?:different|distinct|unique)|unique (?:values|count)|多少(?:种|个不同)|几种|不同的?.{0,6}(?:有)?(?:多少|几)"),
        ("mode", r"most (?:frequent|common|popular|often|frequently)|\bmode\b|commonest|最常见|最多的(?:是)?|最频繁|众数|出现次数最多"),
        ("count", r"how many|number of (?:rows|records|entries|observations|cases|people|passengers|employees|items|orders)|\bcount\b|counts\b|多少(?:行|条|人|个|名|位|只|家|笔)|有几|数量是多少|行数|计数"),
        ("share", r"\bshare of|percentage of|percent of|proportion of|fraction of|what (?:share|percentage|percent|proportion|fraction)|\brate of|(?:survival|success|churn|default|conversion) rate|⟦\d+⟧ rate\b|占比|百分之|比例是(?:多少|几)|的?比例(?:是|有|为)?多(?:少|大)|占多(?:少|大)|率是多少"),
        ("median", r"\bmedians?\b|中位数|中位"),
        ("mean", r"\bmeans?\b|\baverages?\b|\bavg\b|平均|均值"),
        ("sd", r"standard deviations?|\bstd\b|\bstdev\b|\bsd\b|std_dev|标准差"),
        ("variance", r"\bvariances?\b|方差"),
        ("quartiles", r"quartiles?|percentiles?|quantiles?|interquartile|\biqr\b|四分位|分位数"),
        ("skewness", r"skewness|偏度"),
        ("kurtosis", r"kurtosis|峰度"),
        ("sum", r"\bsum\b|\btotal (?:of|number|amount)|\bin total\b|\btotal\b|总和|合计|总共|总计|总额|总量"),
        ("range", r"\brange\b|极差|取值范围"),
        ("min", r"\bminimum\b|\bmin\b|\blowest\b|\bsmallest\b|\bleast\b|\bcheapest\b|\byoungest\b|\bshortest\b|最低|最小|最少|最便宜|最年轻"),
        ("max", r"\bmaximum\b|\bmax\b|\bhighest\b|\blargest\b|\bbiggest\b|\bgreatest\b|\boldest\b|\blongest\b|\bmost expensive\b|\btallest\b|最高|最大|最多|最贵|最年长"),
    )
)  # fmt: skip

TOP = re.compile(
    r"(?:\bwhich\b.{0,40}?|\b(?:what|who|whose|identify the|find the)\s+(?:\w+\s+)?)⟦(\d+)⟧.{0,60}?\b(?:highest|lowest|largest|smallest|most|least|best|worst|biggest|greatest|fewest|longest|shortest|top|maximum|minimum)\b"
    r"|⟦\d+⟧.{0,6}?(?:最高|最低|最大|最小|最多|最少|最长|最短)的?.{0,4}?⟦(\d+)⟧.{0,4}?(?:是|有|为)?(?:哪|什么)"
    r"|(?:哪个|哪种|哪一个|哪些|哪家|什么|哪一?年?).{0,8}?⟦(\d+)⟧.{0,20}?(?:最高|最低|最大|最小|最多|最少|最好|最差|最长|最短)"
    r"|\b(?:highest|lowest|largest|smallest|best|worst|biggest|greatest)\b.{0,30}⟦\d+⟧.{0,20}\b(?:which|what)\b.{0,20}⟦(\d+)⟧",
    re.IGNORECASE,
)
NORMAL = re.compile(r"\bnormal(?:ity|ly)?\b|gaussian|正态", re.IGNORECASE)
PERIODS = re.compile(
    r"\b(?:for each|for every|in each|per|by|each|every)\s+(?:calendar )?(?:month|week|weekday|hour|day|quarter|year|decade)\b|\b(?:monthly|weekly|daily|hourly|yearly|quarterly)\b"
    r"|(?:每|各|逐)个?(?:月|周|星期|天|日|小时|季度|年)",
    re.IGNORECASE,
)
LOWEST = re.compile(
    r"\b(?:lowest|smallest|least|worst|fewest|shortest|minimum|cheapest|youngest)\b|最低|最小|最少|最差|最短",
    re.IGNORECASE,
)
GROUPED = re.compile(
    rf"\b(?:by|per|for each|for every|in each|within each|across|of each|among|grouped by|for different|for the different|each)\s+(?:of the |the |different |every |each )*{M}"
    rf"|(?:每个?|各个?|按|不同){NEAR}{M}",
    re.IGNORECASE,
)
SUPERLATIVE = re.compile(
    r"\b(?:highest|lowest|largest|smallest|most|least|best|worst|biggest|greatest|fewest|longest|shortest|maximum|minimum)\b",
    re.IGNORECASE,
)

# Work that the playbooks do not hold; to answer something near it would be to answer another question.
UNSUPPORTED = re.compile(
    r"\b(?:creat\w*|generat\w*|add|mak\w*|engineer\w*|deriv\w*)\b.{0,25}\bnew (?:\w+ )?(?:columns?|features?|variables?)|feature engineering|machine learning"
    r"|\btrain(?:ed|ing)? (?:a|an|the|and)\b|\bclassif(?:y|ier|ication)\b|\bcluster(?:s|ing)?\b|\bforecast\w*|\bimput(?:e|ed|ing|ation)\b|\bnormali[sz](?:e|ed|ing|ation)\b"
    r"|\bpreprocess\w*|\bneural\b|\bdecision trees?\b|\brandom forests?\b|\bRMSE\b|\b(?:remov|delet|drop)(?:e|ed|ing)?\b.{0,40}\b(?:outliers?|rows|duplicates)"
    r"|\b(?:above|below|over|under|than|exceed\w*)\s+(?:the |its |their )?(?:\w+ ){0,2}(?:average|mean|median|percentile|quartile|decile)\b"
    r"|\b(?!(?:25|50|75)th)\d+(?:st|nd|rd|th) percentile|\b(?:top|bottom) \d+(?:\.\d+)? ?(?:%|percent)|standard deviations? (?:above|below|from|away|of the mean)|\bz-?scores?\b"
    r"|\b(?:twice|double|half|\d+ times) (?:the|as|its) |(?:高于|低于|超过|大于|小于|多于|少于).{0,6}(?:平均|均值|中位|分位)|前 ?\d+(?:\.\d+)? ?%|百分位|标准分"
    r"|新建.{0,6}(?:列|特征|变量)|创建.{0,8}(?:列|特征|变量)|特征工程|机器学习|训练.{0,8}模型|聚类|分类器|预测未来|填补|插补|归一化|预处理|删除.{0,10}(?:异常|行)",
    re.IGNORECASE,
)
